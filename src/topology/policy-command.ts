import { shellWord } from '../suggest.ts';

/** A policy's pattern that matches this name only. */
export function exactPattern(name: string): string {
  return `^${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}

/** The command that sets a policy for queues. */
export function setPolicyCommand(vhost: string, name: string, pattern: string, definition: unknown): string {
  return `rabbitmqctl set_policy -p ${shellWord(vhost)} --apply-to queues ${shellWord(name)} ${shellWord(pattern)} ${shellWord(JSON.stringify(definition))}`;
}
