import { fieldToJson } from '../client/field-json.ts';
import type { BenchParameters } from './report.ts';

/** A parameter as one line of JSON, by which two of them can be told apart; `none` for what is not set. */
export function parameterText(parameters: BenchParameters, name: keyof BenchParameters): string {
  const value = parameters[name];
  if (value === Number.POSITIVE_INFINITY) return 'no limit';
  return JSON.stringify(name === 'arguments' ? fieldToJson(parameters.arguments) : value) ?? 'none';
}

/** The names of the parameters that are not the same in all runs. */
export function differingParameters(all: readonly BenchParameters[]): readonly (keyof BenchParameters)[] {
  const names = [...new Set(all.flatMap((parameters) => Object.keys(parameters)))] as (keyof BenchParameters)[];
  return names.filter((name) => new Set(all.map((parameters) => parameterText(parameters, name))).size > 1);
}
