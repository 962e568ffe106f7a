import type { JSX } from "preact";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  /** The words for a value; the value itself if not given. */
  readonly name?: (value: string) => string;
  readonly choose: (value: string) => void;
}

/** A list to choose from, with its label. */
export function Select({ label, value, options, name = (one) => one, choose }: Props): JSX.Element {
  return (
    <label class="select">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {options.map((one) => (
          <option key={one} value={one} selected={one === value}>
            {name(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
