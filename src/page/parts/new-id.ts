/** An id that no other thing has. `crypto.randomUUID` is for pages of https and of this machine alone. */
export function newId(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(2));
  return Array.from(numbers, (number) => number.toString(36)).join("");
}
