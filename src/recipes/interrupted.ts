/** Work that a person stopped. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
