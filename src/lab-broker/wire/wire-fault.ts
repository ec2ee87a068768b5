/**
 * Bytes that are not AMQP 0-9-1. The connection decides what comes of them, as RabbitMQ's does:
 *
 * - `syntax`: the client is told with 501 FRAME_ERROR and this error's message, word for word what RabbitMQ says;
 * - `internal`: RabbitMQ's channel crashes on these, so the client is told with 541 INTERNAL_ERROR and no more;
 * - `unparsable`: RabbitMQ's reader crashes on these, so the TCP connection is cut without a word.
 *
 * The messages of the latter two are for people.
 */
export class WireFault extends Error {
  override readonly name: string = 'WireFault';
  readonly kind: 'syntax' | 'internal' | 'unparsable';

  constructor(kind: 'syntax' | 'internal' | 'unparsable', message: string) {
    super(message);
    this.kind = kind;
  }
}
