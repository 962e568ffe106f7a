// Prints the answers to the requests of test/oracle/inception-recommender, with fixed predictions in the place of a model's.
import { readFileSync } from "node:fs";
import { readPredictRequest } from "../../dist/guests/inception/predict-request.js";
import { withSuggestions } from "../../dist/guests/inception/suggestions.js";
import { fixedPrediction } from "../../test/support/fixed-prediction.js";

const folder = new URL("../../test/oracle/inception-recommender/", import.meta.url);
const answers = ["demo", "project"].map((name) => {
  const reading = readPredictRequest(readFileSync(new URL(`${name}.json`, folder)));
  return [name, withSuggestions(reading, fixedPrediction(reading), "NONE")];
});
process.stdout.write(JSON.stringify(Object.fromEntries(answers)));
