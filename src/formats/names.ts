/** The formats, by name, in the order in which a file is shown to them; registry.ts has what knows each. */
export const formatNames = ["annotto", "semeval2010"] as const;
export type FormatName = (typeof formatNames)[number];
