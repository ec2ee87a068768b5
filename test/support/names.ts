import { randomBytes } from 'node:crypto';

/** A name that nothing else has. `plainText` reads it as `name` again. */
export function own(name: string): string {
  return `${name}@${randomBytes(4).toString('hex')}`;
}

/** What a broker said, with the names of `own` in short, the vhost as `/`, and what brokers generate cut off. */
export function plainText(text: string, vhost = '/'): string {
  return text
    .replaceAll(vhost, '/')
    .replace(/@[0-9a-f]{8}/g, '')
    .replace(/(amq\.(?:gen|ctag)-)[\w-]{22}/g, '$1…')
    .replace(/(amq\.rabbitmq\.reply-to\.)[^\s']+/g, '$1…');
}
