import { CheckpointError, quote } from "../../checkpoint-error.ts";
import { readBytes } from "../byte-source.ts";
import { openFile } from "../open-file.ts";
import { PlacedTensors } from "../placed-tensors.ts";
import type { PlacedTensor } from "../placed-tensors.ts";
import { isRowMajor } from "../strides.ts";
import type { TensorFile } from "../tensor-file.ts";
import { bytesPerElement, numElements } from "../tensor.ts";
import { readArchive } from "./archive.ts";
import { sniffBytes, torchContainer } from "./container.ts";
import { readLegacy } from "./legacy.ts";
import type { StoredTensor } from "./state-dict.ts";

/**
 * Opens a state dict that torch.save wrote (`pytorch_model.bin`), without running anything that it asks for. Its
 * pickle and the places of all its tensors are checked; of the tensors themselves nothing is read yet.
 * @throws CheckpointError on a damaged, hostile or other file, InputMissingError if there is none.
 */
export async function openTorchFile(path: string): Promise<TensorFile> {
  const handle = await openFile(path, "file of torch");
  try {
    const { size } = await handle.stat();
    const container = torchContainer(await readBytes(handle, 0, Math.min(size, sniffBytes), path), path);
    const { stateDict, positions } = await (container === "zip" ? readArchive : readLegacy)(handle, size, path);
    const tensors = new Map<string, PlacedTensor>();
    for (const [name, tensor] of stateDict.tensors) {
      const position = positions.get(tensor.storage.key);
      if (position === undefined) {
        const facts = { file: path, tensor: name, expected: `storage ${quote(tensor.storage.key)}`, found: "none" };
        throw new CheckpointError("data missing", facts);
      }
      tensors.set(name, place(tensor, position));
    }
    return new PlacedTensors(path, handle, { tensors, metadata: new Map(), warnings: stateDict.warnings });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function place({ storage: { dtype }, offset, shape, strides }: StoredTensor, start: number): PlacedTensor {
  const size = bytesPerElement[dtype];
  const common = { dtype, shape, bytes: numElements(shape) * size, position: start + offset * size };
  return isRowMajor(shape, strides) ? common : { ...common, strides };
}
