import { POLICY_KEYS } from '../arguments/policy-keys.ts';
import { POLICY_TARGETS, type Policy, type PolicyKind } from '../entities/policies.ts';
import { badRequest, Refused } from './answer.ts';
import { pairsOf, termOf } from './erlang-term.ts';
import type { Document } from './values.ts';

/** The policy that a document describes. @throws Refused with all that speaks against it, as RabbitMQ says it. */
export function policyOf(kind: PolicyKind, name: string, document: Document): Policy {
  const { pattern, definition, priority = 0, 'apply-to': applyTo = 'all' } = document;
  const wrong = [againstTarget(applyTo), againstDefinition(kind, definition), againstPattern(pattern), againstPriority(priority)];
  const reasons = wrong.filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new Refused(badRequest(`Validation failed\n\n${reasons.join('\n')}\n`));
  return {
    name,
    pattern: pattern as string,
    applyTo: applyTo as Policy['applyTo'],
    priority: priority as number,
    definition: definition as Document,
  };
}

function againstTarget(target: unknown): string | undefined {
  if (POLICY_TARGETS.some((known) => known === target)) return undefined;
  const targets = "'queues', 'classic_queues',  'quorum_queues', 'streams', 'exchanges', or 'all'";
  return `apply-to '${String(target)}' unrecognised; should be one of: ${targets}`;
}

function againstDefinition(kind: PolicyKind, definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    return `definition must be a dictionary: ${termOf(definition)}`;
  }
  const entries = Object.entries(definition);
  if (entries.length === 0) return 'no policy provided';
  if (Object.hasOwn(definition, 'queue-master-locator')) return 'use of deprecated queue-master-locator argument is not permitted';
  const unknown = entries.filter(([key]) => !isKnown(kind, key));
  if (unknown.length > 0) return `${pairsOf(Object.fromEntries(unknown))} are not recognised policy settings`;
  const [key, value] = entries.find(([key, value]) => POLICY_KEYS[key]?.check(value) === false) ?? [];
  return key === undefined ? undefined : `${termOf(value)} is not a valid ${POLICY_KEYS[key]?.noun}`;
}

function isKnown(kind: PolicyKind, key: string): boolean {
  if (!Object.hasOwn(POLICY_KEYS, key)) return false;
  return kind === 'policy' || POLICY_KEYS[key]?.operator === true;
}

function againstPattern(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return `pattern should be a binary but was ${termOf(pattern)}`;
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return `pattern should be regular expression but is invalid: ${(error as Error).message}`;
  }
}

function againstPriority(priority: unknown): string | undefined {
  return typeof priority === 'number' ? undefined : `priority should be a number, actually was ${termOf(priority)}`;
}
