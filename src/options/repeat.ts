// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `repeat`; those with a question mark may be left out. */
export interface RepeatOptions {
  /**
   * Task to learn: relations, which relation holds from one entity to another; entities, where the entities of a text
   * are, and which type each has; both, both of these by one model; entity-typing, which type a given span has.
   * Default: `"relations"`.
   */
  task?: "relations" | "entities" | "both" | "entity-typing" | undefined;
  /**
   * Model to start from: relata-mini (comes with Relata, pre-trained, languages in Latin script), luke-mini (from
   * random weights), a checkpoint folder, or org/name on the hub. Default: `"relata-mini"`.
   */
  model?: string | undefined;
  /**
   * Folder for the model, its report and its log (on the command line, by default runs/ and the name of the data,
   * numbered).
   */
  output: string;
  /** Replace the model in the output folder once the new one is complete. Default: `false`. */
  overwrite?: boolean | undefined;
  /** Format of the data files; detected from their content if not given. */
  format?: "annotto" | "label-studio" | "brat" | "inception" | "xmi" | "webanno" | "doccano" | "prodigy" | "ubiai" | "spacy" | "semeval2010" | "kbp37" | "tacred" | "fewrel" | "opennre" | "spert" | "tablert" | "dygie" | "docred" | "bioc" | "scibert" | "multihead" | "ddi" | "timeml" | "relata" | "csv" | "conll" | undefined;
  /** Leave invalid documents out and count them instead of stopping. Default: `false`. */
  skipInvalid?: boolean | undefined;
  /**
   * Unit that the offsets of the files count; auto: what the format's tool counts, unless the surfaces recorded
   * beside the offsets say otherwise. Default: `"auto"`.
   */
  offsetUnit?: "auto" | "utf-16" | "code-point" | "grapheme" | undefined;
  /** TACRED files: whether subj_end and obj_end name the last token or the one after it. Default: `"auto"`. */
  tokenEnds?: "auto" | "inclusive" | "exclusive" | undefined;
  /**
   * brat, bioc and ddi files: a span in several pieces becomes the whole between its ends, its first piece, or is
   * left out. Default: `"hull"`.
   */
  discontinuous?: "hull" | "first" | "skip" | undefined;
  /**
   * Where several people annotated one text, whose annotations are read: a name, first, or agreement (what more than
   * half of them have).
   */
  annotator?: string | undefined;
  /**
   * Names that your file has for fields whose name the format does not fix, as text=body,label=relation; see the
   * format's page.
   */
  fields?: string | undefined;
  /**
   * Kept together beside equal texts: a path as metadata.thread, id (its end number aside), text: nothing. Default:
   * `"text"`.
   */
  groupBy?: string | undefined;
  /** Fraction of documents in the test part, scored once, after training (default 0.2); 0: none. */
  testSize?: number | undefined;
  /** Fraction that chooses the checkpoint (default 0.1; under 100 documents the test part chooses it too). */
  validationSize?: number | undefined;
  /** File or folder with the validation part, in place of a share of DATA. */
  validation?: string | undefined;
  /** File or folder with the test part, scored once, in place of a share of DATA. */
  test?: string | undefined;
  /** Test part: one of equal parts with a share of every label, as 2/5, the second of five. */
  fold?: string | undefined;
  /** Decides which documents are held out, whatever --seed says; --seed if not given. */
  splitSeed?: number | undefined;
  /** Train on this many of the documents that are not held out, drawn by --seed; fewer are some of more. */
  trainDocuments?: number | undefined;
  /**
   * How texts reach the model: pair, once for each (head, tail) with markers; document, once with all entities
   * (default: document for relata-mini, pair otherwise).
   */
  encoding?: "pair" | "document" | undefined;
  /**
   * Features that classify a pair: the states of its mentions, as in transformers; beside them their distance in
   * words, products of projections of both, or the mean states of their words (default: words+distance+product for
   * relata-mini in document encoding, else states).
   */
  pairFeatures?: "states" | "distance" | "product" | "distance+product" | "words" | "words+distance+product" | undefined;
  /**
   * Label of a pair without a relation, also an annotated one; of several, parted by commas, the first is kept.
   * Default: `"NO_REL"`.
   */
  noRelationLabel?: string | undefined;
  /** JSON file of what each relation may join, as in relata.json under task.schema; else learnt from the data. */
  schema?: string | undefined;
  /** Let a pair have several relations, each with its own probability. Default: `false`. */
  multiLabel?: boolean | undefined;
  /**
   * Pairs asked about: all, or by schema those of types that a relation joins, and mentions without a type; auto:
   * schema. Default: `"auto"`.
   */
  candidates?: "auto" | "all" | "schema" | undefined;
  /** Ask only about this many pairs a document, the nearest; the others count as without relation. */
  maxPairs?: number | undefined;
  /** Ask only about pairs with so many characters between them at most; others count as without relation. */
  maxDistance?: number | undefined;
  /**
   * Which pairs without a relation are preferred for training: any, those of related types, or hard ones (beside a
   * related pair too). Default: `"random"`.
   */
  negatives?: "random" | "types" | "hard" | undefined;
  /** Train on at most this many pairs without a relation per related pair; all if not given. */
  negativesPerPositive?: number | undefined;
  /**
   * Whether a probability of 80 % is made to be right in 80 of 100 cases: by the correction that fits best on the
   * documents that choose the checkpoint. Default: `"fit"`.
   */
  calibration?: "fit" | "no" | undefined;
  /**
   * Least probabilities of relations, learnt on the same documents: one for all, one each, or none; auto: relation
   * with --multi-label, else none. Default: `"auto"`.
   */
  thresholds?: "auto" | "none" | "global" | "relation" | undefined;
  /**
   * Pair encoding: what stands around head and tail, <ent> and <ent2> (@ and # for an encoder of words) alone, or
   * with the words of their types inside; tokens: new special tokens, for an encoder of words. Default: `"plain"`.
   */
  markers?: "plain" | "typed" | "tokens" | undefined;
  /**
   * Document encoding with an encoder of words: two markers for each mention after the text, which attend to its
   * words and each other (pair), or to the markers of the other mentions too (all); no: a mention is the mean of its
   * words (default: all).
   */
  levitatedMarkers?: "no" | "pair" | "all" | undefined;
  /** State of a mention with levitated markers: those of both side by side, or their mean (default: both). */
  markerStates?: "both" | "mean" | undefined;
  /**
   * Document encoding: let the model see entity types, each as an entity of its own; auto: where the data has types.
   * Default: `"auto"`.
   */
  typedEntities?: "auto" | "yes" | "no" | undefined;
  /**
   * How entities are found: flat, by a tag for each token, so that no two overlap; nested, by a score for each span,
   * so that any two may; auto: nested if at least one training entity in a hundred overlaps another. Default:
   * `"auto"`.
   */
  entityDecoding?: "auto" | "flat" | "nested" | undefined;
  /**
   * Most tokens of a text, with <s>, </s> and the markers; longer texts keep a window around the pair (default: the
   * model's own maximum).
   */
  maxLength?: number | undefined;
  /**
   * Size of the word vocabulary that luke-mini learns from the training texts; other models have their own. Default:
   * `4000`.
   */
  vocabSize?: number | undefined;
  /** Number of passes over the training examples (default 8, of --task both 16; --min-steps raises it). */
  epochs?: number | undefined;
  /**
   * Train for at least this many optimizer steps, however few texts there are, with as many evaluations as --epochs
   * (default: 600 for luke-mini, 200 otherwise, twice that of --task both, unless --epochs or --max-steps is given).
   */
  minSteps?: number | undefined;
  /**
   * Stop after this many optimizer steps, even if --epochs would take more (default: 1500 for relata-mini in document
   * encoding, 3000 of --task both, unless --epochs or --min-steps is given).
   */
  maxSteps?: number | undefined;
  /**
   * Texts per optimizer step: pairs in pair encoding (default 32), documents in document encoding (default 1 to 16,
   * which gives about 200 ordered pairs).
   */
  batchSize?: number | undefined;
  /** Split each batch into this many parts, for memory; the result is the same but for dropout. Default: `1`. */
  gradientAccumulationSteps?: number | undefined;
  /** Less memory, a quarter more time: activations of layers are recomputed instead of kept. Default: `false`. */
  lowMemory?: boolean | undefined;
  /**
   * Learning rate at its peak, after warm-up (default: 2e-4 for relata-mini, 6e-4 for luke-mini, 2e-5 otherwise; with
   * --lora five times as much).
   */
  learningRate?: number | undefined;
  /**
   * Peak learning rate of the classification head and of the entities that stand for types (default: 1e-3 for
   * relata-mini, --learning-rate otherwise).
   */
  headLearningRate?: number | undefined;
  /**
   * Lower layers learn more slowly: layer i of L at --learning-rate times this number to the power L - i, embeddings
   * as layer 0, the head at its own rate (0.9 or 0.95 are usual).
   */
  layerDecay?: number | undefined;
  /**
   * Leave the embeddings, those of types too, and this many of the first layers as they are; a step is cheaper by
   * their gradients.
   */
  freezeLayers?: number | undefined;
  /** Fraction of the steps in which the learning rate rises from 0. Default: `0.06`. */
  warmupRatio?: number | undefined;
  /**
   * Weight of each label in the loss: none (all equal), balanced as in scikit-learn (pairs / (labels x count)), or
   * its square root. Default: `"none"`.
   */
  classWeights?: "none" | "balanced" | "sqrt" | undefined;
  /**
   * Part of each target that is spread over all labels, as in PyTorch's CrossEntropyLoss (0.1 is usual); with
   * --multi-label each target moves towards one half. Default: `0`.
   */
  labelSmoothing?: number | undefined;
  /**
   * Focal loss: weigh each answer by (1 - its probability) to this power, so that what is hard counts more (2 is
   * usual). Default: `0`.
   */
  focalGamma?: number | undefined;
  /** Decoupled weight decay of AdamW; biases and LayerNorm weights are not decayed. Default: `0.01`. */
  weightDecay?: number | undefined;
  /** Decay rate of AdamW's first moment (beta1). Default: `0.9`. */
  adamBeta1?: number | undefined;
  /** Decay rate of AdamW's second moment (beta2). Default: `0.999`. */
  adamBeta2?: number | undefined;
  /** Number added to AdamW's denominator (epsilon). Default: `1e-8`. */
  adamEpsilon?: number | undefined;
  /** Clip the gradient norm to this value; 0 disables clipping. Default: `1`. */
  maxGradNorm?: number | undefined;
  /**
   * Dropout probability of hidden values in training (default: 0.2 for relata-mini, that of the model's config
   * otherwise).
   */
  dropout?: number | undefined;
  /** Dropout probability of attention weights in training (default: that of the model's config). */
  attentionDropout?: number | undefined;
  /** Evaluate after every this many steps (default: after each epoch). */
  evalSteps?: number | undefined;
  /** Stop after this many evaluations without a better score. */
  patience?: number | undefined;
  /** Seed of the split, fresh weights, data order and dropout; the same seed gives the same model. Default: `42`. */
  seed?: number | undefined;
  /**
   * Processor of the graphs: cpu; webgpu, a GPU by Vulkan, Metal or Direct3D 12; cuda, with the provider installed;
   * auto, webgpu if it can be opened. Results are equal to about 1e-5 between devices, not to the byte. Default:
   * `"cpu"`.
   */
  device?: "auto" | "cpu" | "webgpu" | "cuda" | undefined;
  /**
   * Numbers that the products of training multiply: fp32; fp16, with a dynamic loss scale, or bf16, where the device
   * has kernels for them (docs/devices.md). Weights, AdamW, softmax, layer normalization and loss stay float32.
   * Default: `"fp32"`.
   */
  precision?: "fp32" | "fp16" | "bf16" | undefined;
  /** CPU threads for ONNX Runtime; 0 uses all physical cores; a training run stores their number. Default: `0`. */
  threads?: number | undefined;
  /**
   * Train an adapter on the model instead of its weights (LoRA): less time and memory, and a small folder that PEFT
   * opens beside the model. Default: `false`.
   */
  lora?: boolean | undefined;
  /** With --lora: rank of the adapter's matrices (default 8). */
  loraRank?: number | undefined;
  /** With --lora: the adapter is scaled by this number / rank (default: twice the rank). */
  loraAlpha?: number | undefined;
  /**
   * With --lora: the dense layers to adapt, by the ends of their names, separated by commas, as query,value (default
   * all-linear: every dense layer of the encoder's layers).
   */
  loraTargets?: string | undefined;
  /**
   * Metric that chooses the checkpoint and decides early stopping; those with relation_ leave the no-relation label
   * out. Default: `"macro_f1"`.
   */
  metric?: "macro_f1" | "micro_f1" | "accuracy" | "relation_macro_f1" | "relation_micro_f1" | "loss" | undefined;
  /** Weights to keep: the latest within one standard error of the best score, or the best. Default: `"latest"`. */
  keep?: "latest" | "best" | undefined;
  /**
   * Go on with the run in the output folder from its newest whole checkpoint, with its settings; the result is the
   * same as without the interruption. Default: `false`.
   */
  resume?: boolean | undefined;
  /**
   * Write a checkpoint after every this many steps; 0 writes none (default: after each evaluation, as long as that
   * takes less than a thirtieth of the time).
   */
  saveSteps?: number | undefined;
  /**
   * Keep the newest this many checkpoints, also after the run has ended (default: two, which are removed at its end).
   */
  saveTotalLimit?: number | undefined;
  /** Write losses and scores as an event file of TensorBoard into the output folder. Default: `false`. */
  tensorboard?: boolean | undefined;
  /** License of the model, for the head of its card, as the hub spells it: apache-2.0, mit, cc-by-4.0, other. */
  license?: string | undefined;
  /** Languages of the texts, for the head of the card: codes of ISO 639, separated by commas, as fr,en. */
  language?: string | undefined;
  /** Names on the hub of the data sets that the model learns from, for the head of the card, separated by commas. */
  datasets?: string | undefined;
  /**
   * Cross-validation: train once for each of this many folds, each the test part once; runs that are finished are not
   * repeated, and one more model is trained on all documents.
   */
  folds?: number | undefined;
  /** Train with this many seeds, --seed, --seed + 1 and so on, on the same parts, for the spread of the scores. */
  seeds?: number | undefined;
  /** With --sweep, --folds or --seeds: relata worker trains the runs by this queue: URL of Redis or Valkey. */
  queue?: string | undefined;
}
