import { type Account, hashPassword } from '../entities/user.ts';
import { badRequest, Refused } from './answer.ts';
import { tagsOf } from './tags.ts';
import type { Document } from './values.ts';

/** The only way of hashing that the lab broker knows; RabbitMQ's own. */
const ALGORITHM = 'rabbit_password_hashing_sha256';

/** Password and tags as a document has them; without a password nobody can log in. @throws Refused */
export function accountOf(document: Document): Account {
  if (document.tags === undefined) throw new Refused(badRequest('tags_not_present'));
  const tags = tagsOf(document.tags);
  if (tags === undefined) throw new Refused(badRequest('tags must be a text or a list of texts'));
  return { passwordHash: passwordHashOf(document), tags };
}

function passwordHashOf({ password, password_hash: hash, hashing_algorithm: algorithm = ALGORITHM }: Document): Buffer {
  if (password !== undefined && hash !== undefined) throw new Refused(badRequest('both_password_and_password_hash_are_provided'));
  if (password === undefined && hash === undefined) return Buffer.alloc(0);
  if (typeof password === 'string') return hashPassword(password);
  if (password !== undefined) throw new Refused(badRequest('password must be a text'));
  if (typeof hash !== 'string' || !/^(?:[\w+/-]{4})*(?:[\w+/-]{2,3}={0,2})?$/.test(hash)) {
    throw new Refused(badRequest(['not_base64', hash]));
  }
  if (algorithm !== ALGORITHM) throw new Refused(badRequest(`the lab broker knows no other hashing_algorithm than ${ALGORITHM}`));
  return Buffer.from(hash, 'base64');
}
