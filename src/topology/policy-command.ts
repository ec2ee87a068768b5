/** A policy's pattern that matches this name only. */
export function exactPattern(name: string): string {
  return `^${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}

/** A word as a POSIX shell takes it, in quotes only where it needs them. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that sets a policy for queues. */
export function setPolicyCommand(vhost: string, name: string, pattern: string, definition: unknown): string {
  return `rabbitmqctl set_policy -p ${shellWord(vhost)} --apply-to queues ${shellWord(name)} ${shellWord(pattern)} ${shellWord(JSON.stringify(definition))}`;
}
