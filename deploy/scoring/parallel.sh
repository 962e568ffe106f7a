#!/bin/bash
# deploy/scoring/parallel.sh FOLDER [JOBS] [FURTHER FLAGS OF parallel…]
# Scores the shards of a run by GNU parallel, a process for each shard: here, or with --sshloginfile HOSTS on machines that
# see the folder under the same path. The same call goes on after any interruption; joblog says how every shard ended.
set -eu
folder=$1
jobs=${2:-2}
shift $(($# < 2 ? $# : 2))
relata=${RELATA:-relata}

shards=$($relata score status "$folder" --json | grep -o '"shards":[0-9]*' | cut -d: -f2)
seq "$shards" |
  parallel --max-replace-args 0 --jobs "$jobs" --retries 3 --joblog "$folder/joblog" --halt soon,fail=20% "$@" \
    "$relata score run $folder --shard-from-env --threads 1"
$relata score commit "$folder"
