#!/bin/bash
# sbatch --array=0-99%20 deploy/scoring/slurm.sh /shared/scored 100
# 100 tasks, 20 of them at a time; the second argument is the number of tasks.
#SBATCH --job-name=relata-score
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --requeue
set -u
folder=$1
tasks=$2

relata score run "$folder" --shard-from-env --tasks "$tasks" --threads "${SLURM_CPUS_PER_TASK:-4}"
code=$?
# 75 may pass: the task goes back to the queue, three times at most.
if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
exit "$code"
