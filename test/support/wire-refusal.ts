import type { MethodOf } from '../../src/lab-broker/wire/methods.ts';

/** The broker closed a channel or the connection where a test expected an answer. The message is its text. */
export class WireRefusal extends Error {
  override readonly name: string = 'WireRefusal';
  readonly level: 'channel' | 'connection';
  /** 404 and so on. */
  readonly code: number;

  constructor({ name, replyCode, replyText }: MethodOf<'channel.close'> | MethodOf<'connection.close'>) {
    super(replyText);
    this.level = name === 'channel.close' ? 'channel' : 'connection';
    this.code = replyCode;
  }
}
