/**
 * A probability as people read it, the same in a picture and in the lists beside it: whole percent; from 99.5 on with one
 * decimal, never rounded to 100 % for what is not certain.
 * @param language of the decimal mark
 */
export function percentText(probability: number, language = "en"): string {
  const isNearlyCertain = probability >= 0.995 && probability < 1;
  const percent = isNearlyCertain ? Math.min(99.9, 100 * probability) : 100 * probability;
  return `${percent.toLocaleString(language, { maximumFractionDigits: isNearlyCertain ? 1 : 0 })} %`;
}
