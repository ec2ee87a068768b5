import type { PolicyKind } from '../entities/policies.ts';
import type { VhostLimits } from '../entities/realm.ts';
import { BrokerFault } from '../faults.ts';
import type { Actor } from '../methods/actor.ts';
import { accountOf } from './account-input.ts';
import { badRequest, Refused } from './answer.ts';
import { termOf } from './erlang-term.ts';
import { importTopology } from './import-topology.ts';
import { policyOf } from './policy-input.ts';
import type { ApiRequest } from './request.ts';
import { tagsOf } from './tags.ts';
import { type Document, documentsIn, isDocument, textIn } from './values.ts';

type Importer = Pick<ApiRequest, 'realm' | 'host' | 'pace'>;

/** Whoever imports may do all. */
const ALL_RIGHTS: Actor['connection']['rights'] = { require: () => undefined, requireAny: () => undefined, requireTopic: () => undefined };

/**
 * Takes in what a broker's definitions say. What is there already stays; users, permissions, policies and parameters are changed to what
 * is imported. What came before a mistake has been taken in, and so may others see a part of it meanwhile. @throws Refused
 */
export function importAll(importer: Importer, definitions: Document): Promise<void> {
  return translating(async () => {
    for (const user of documentsIn(definitions, 'users')) importer.realm.putUser(textIn(user, 'name'), accountOf(user));
    for (const vhost of documentsIn(definitions, 'vhosts')) importVhost(importer, vhost);
    for (const permission of documentsIn(definitions, 'permissions')) importPermission(importer, permission);
    for (const permission of documentsIn(definitions, 'topic_permissions')) importTopicPermission(importer, permission);
    for (const { name, value } of documentsIn(definitions, 'global_parameters')) importer.realm.putGlobalParameter(String(name), value);
    await importInVhosts(importer, definitions, (document) => textIn(document, 'vhost'));
  });
}

/** The same for one virtual host, with what says nothing of virtual hosts. @throws Refused */
export function importInto(importer: Importer, vhost: string, definitions: Document): Promise<void> {
  return translating(() => importInVhosts(importer, definitions, () => vhost));
}

async function importInVhosts(importer: Importer, definitions: Document, vhostOf: (document: Document) => string): Promise<void> {
  for (const parameter of documentsIn(definitions, 'parameters')) importParameter(importer, vhostOf(parameter), parameter);
  for (const policy of documentsIn(definitions, 'policies')) {
    importPolicy(importer, 'policy', vhostOf(policy), textIn(policy, 'name'), policy);
  }
  for (const vhost of importer.realm.vhosts.values()) await vhost.whenConfigured();
  await importTopology(definitions, (document) => actorIn(importer, vhostOf(document)), importer.pace);
}

function actorIn({ realm, host }: Importer, name: string): Actor {
  const vhost = realm.vhosts.get(name);
  if (vhost === undefined) throw new Refused(badRequest(`Please create virtual host "${name}" prior to importing definitions.`));
  return { vhost, connection: { rights: ALL_RIGHTS, host } };
}

function importVhost({ realm }: Importer, document: Document): void {
  const { name } = realm.addVhost(textIn(document, 'name'));
  const { description, tags } = isDocument(document.metadata) ? document.metadata : document;
  if (description !== undefined || tags !== undefined) {
    realm.describe(name, { description: String(description ?? ''), tags: tagsOf(tags ?? []) ?? [] });
  }
  if (isDocument(document.limits) && Object.keys(document.limits).length > 0) realm.setLimits(name, limitsOf(document.limits));
}

function importPermission(importer: Importer, document: Document): void {
  const [configure, write, read] = [textIn(document, 'configure'), textIn(document, 'write'), textIn(document, 'read')];
  importer.realm.permit(userIn(importer, document), actorIn(importer, textIn(document, 'vhost')).vhost.name, { configure, write, read });
}

function importTopicPermission(importer: Importer, document: Document): void {
  const user = userIn(importer, document);
  const { vhost } = actorIn(importer, textIn(document, 'vhost'));
  const [exchange, write, read] = [textIn(document, 'exchange'), textIn(document, 'write'), textIn(document, 'read')];
  if (!vhost.topology.exchanges.has(exchange)) throw new Refused(badRequest(['no_such_exchange', exchange]));
  importer.realm.permitTopics(user, vhost.name, exchange, { write, read });
}

function userIn({ realm }: Importer, document: Document): string {
  const user = textIn(document, 'user');
  if (!realm.users.has(user)) throw new Refused(badRequest(['no_such_user', user]));
  return user;
}

function importParameter(importer: Importer, vhost: string, document: Document): void {
  const [component, name] = [textIn(document, 'component'), textIn(document, 'name')];
  const value = isDocument(document.value) ? document.value : {};
  const place = actorIn(importer, vhost).vhost.name;
  if (component === 'vhost-limits') importer.realm.setLimits(place, limitsOf(value));
  else if (component === 'policy' || component === 'operator_policy') importPolicy(importer, component, place, name, value);
  else {
    const where = `(vhost: "${vhost}" / component: "${component}" / key: "${name}")`;
    throw new Refused(badRequest(`Validation failed\n\ncomponent ${component} not found\n ${where}`));
  }
}

function importPolicy(importer: Importer, kind: PolicyKind, vhost: string, name: string, document: Document): void {
  const place = actorIn(importer, vhost).vhost.name;
  try {
    importer.realm.putPolicy(place, kind, policyOf(kind, name, document));
  } catch (error) {
    throw error instanceof Refused ? new Refused(badRequest(`${reasonOf(error)} (vhost: "${vhost}" key: "${name}")`)) : error;
  }
}

function limitsOf(document: Document): VhostLimits {
  const known = ['max-connections', 'max-queues'].filter((name) => Number.isSafeInteger(document[name]));
  return Object.fromEntries(known.map((name) => [name, Number(document[name])]));
}

/** Has refusals in the words of an import. */
async function translating(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Refused) throw new Refused(badRequest(reasonOf(error)));
    if (!(error instanceof BrokerFault)) throw error;
    throw new Refused(badRequest(error.message.replace(/^([A-Z_]+) - /, (_, name: string) => `${name.toLowerCase()}: `)));
  }
}

function reasonOf({ answer }: Refused): string {
  const reason = isDocument(answer.body) ? answer.body.reason : answer.body;
  if (!Array.isArray(reason)) return String(reason);
  const [first, ...others] = reason as unknown[];
  return `{${[String(first), ...others.map(termOf)].join(',')}}`;
}
