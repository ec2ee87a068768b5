/** A name as RabbitMQ takes it: without line breaks. */
export function plainName(name: string): string {
  return name.includes('\n') || name.includes('\r') ? name.replace(/[\r\n]/g, '') : name;
}

/** Whether a name is kept for the broker itself. */
export function isReserved(name: string): boolean {
  return name.startsWith('amq.');
}
