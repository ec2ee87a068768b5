import type { Realm } from '../entities/realm.ts';
import { hasPassword, type User } from '../entities/user.ts';
import type { Answer } from './answer.ts';

/** What is asked of whoever says no name. */
const ASK: Answer = { status: 401, headers: { 'www-authenticate': 'Basic realm="RabbitMQ Management"' } };

const UNKNOWN: Answer = { status: 401, body: { error: 'not_authorized', reason: 'Not_Authorized' } };

/** Who asks, by the header `Authorization`; or the answer to somebody who is nobody. */
export function logIn(realm: Realm, authorization: string | undefined): { readonly user: User } | { readonly refusal: Answer } {
  if (authorization === undefined) return { refusal: ASK };
  if (/^bearer +\S+$/i.test(authorization)) return { refusal: UNKNOWN };
  const encoded = /^basic +([\w+/=-]+)$/i.exec(authorization)?.[1];
  const text = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) return { refusal: { status: 400 } };
  const user = realm.users.get(text.slice(0, colon));
  return user !== undefined && hasPassword(user, text.slice(colon + 1)) ? { user } : { refusal: UNKNOWN };
}
