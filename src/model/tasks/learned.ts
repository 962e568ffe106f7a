/** The labels of a task, and the other facts that it needs to ask and to answer; a task adds its own fields. */
export interface Learned {
  /** Label names by id. */
  readonly id2label: readonly string[];
  /** Whether an example may have several labels, each with a probability of its own. */
  readonly multiLabel: boolean;
  /** The label that means that nothing holds, if there is one. */
  readonly noRelationId: number | null;
  /**
   * Labels of examples by id, if the classes of the head are others: types of entities, where the head has tags.
   */
  readonly exampleLabels?: readonly string[];
  /** The labels of examples, and after them labels of gold documents that the model does not know and never predicts. */
  readonly goldLabels?: readonly string[];
}

/** The labels of examples by id. */
export const labelsOfExamples = ({ exampleLabels, id2label }: Learned): readonly string[] => exampleLabels ?? id2label;
