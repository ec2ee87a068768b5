import { Command } from 'commander';
import { deathsOf } from '../client/x-death.ts';
import { LabError, UsageError } from '../errors.ts';
import type { Check } from '../output/doctor-view.ts';
import { closest } from '../suggest.ts';
import { findDeadLetterTroubles, withReached } from '../topology/dead-letter-findings.ts';
import type { Finding } from '../topology/finding.ts';
import { namesText } from '../topology/names-text.ts';
import type { Topology } from '../topology/topology.ts';
import { parseInteger } from '../values.ts';
import { unlessInterrupted } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { lookAt } from './look.ts';
import { examples, parseName } from './options.ts';
import { loadTopology, type TopologySourceOptions, withTopologySource } from './topology-source.ts';

interface Options extends TopologySourceOptions {
  readonly sample?: string;
}

/** A message that died so often in one queue goes round, most likely. */
const MANY_DEATHS = 10;

/** `rmq-lab dlq doctor`. */
export function dlqDoctor(act: Act): Command {
  return withTopologySource(
    new Command('doctor')
      .summary('what is wrong with dead letters, with a fix for each')
      .argument('[queue]', 'a queue, and the queues that its dead letters pass; without, all of the virtual host'),
  )
    .description(
      'Follows what dies in a queue through exchanges, bindings, arguments and policies, and says where it is lost or goes round: a ' +
        'dead-letter exchange that is missing or leads nowhere, cycles, limits without a way out, dead-letter queues that nobody empties. ' +
        'It needs the management API, and touches no message unless --sample is given. Exit 0 when all is well, 7 when not.',
    )
    .option('--sample <n>', 'also look at so many messages of each queue for deaths that add up; they are given back, marked redelivered')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab dlq doctor', 'all queues'],
        ['rmq-lab dlq doctor orders', 'one, and where its dead letters go'],
        ['rmq-lab dlq doctor orders --sample 20', 'and what x-death says of 20 messages in each'],
        ["rmq-lab dlq doctor --json | jq '.checks[] | select(.ok | not)'", 'what is wrong'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string | undefined, options: Options): Promise<void> {
  if (queue !== undefined) parseName(queue, 'the name of the queue');
  const sample = options.sample === undefined ? 0 : parseInteger(options.sample, '--sample', 1, 10_000);
  if (sample > 0 && options.definitions !== undefined) {
    throw new UsageError('--sample and --definitions exclude each other: there are no messages in a file', {
      hint: 'leave out one of them',
    });
  }
  const topology = await loadTopology(lab, options);
  if (queue !== undefined && !topology.queues.some(({ name }) => name === queue)) throw noQueue(topology, queue);
  const names = queue === undefined ? undefined : withReached(topology, [queue]);
  const findings = [...findDeadLetterTroubles(topology, names)];
  if (sample > 0) findings.push(...(await sampleDeaths(lab, names ?? [...new Set(findings.map((finding) => finding.queue))], sample)));
  const checks = findings.map(toCheck);
  const { doctorView } = await import('../output/doctor-view.ts');
  await lab.print({ checks }, () =>
    checks.length === 0
      ? 'no queue has a dead-letter exchange, and none needs one'
      : doctorView(checks, { color: lab.out.color, ascii: lab.settings.ascii }),
  );
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  throw new LabError(
    'condition',
    `${failed.length} of ${checks.length} checks failed: ${namesText([...new Set(failed.map(({ name }) => name))])}`,
    {
      hint: (failed.find(({ severity }) => severity === 'error') ?? failed[0])?.fix ?? '',
    },
  );
}

/** Looks at messages, in queues that hold any, for one that dies in the same place again and again. */
async function sampleDeaths(lab: Lab, queues: readonly string[], count: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const queue of queues) {
    let [looked, most] = [0, { count: 0, text: '' }];
    const { refusal } = await lookAt(lab, queue, count, async ({ properties }) => {
      looked++;
      for (const { count: deaths, queue: where, reason } of deathsOf(properties)) {
        if (deaths > most.count) most = { count: deaths, text: `${deaths} times in ${where} (${reason})` };
      }
      await unlessInterrupted(lab, Promise.resolve());
    });
    if (refusal !== undefined) lab.note(refusal.message);
    if (looked === 0) continue;
    const isMuch = most.count >= MANY_DEATHS;
    findings.push({
      queue,
      severity: isMuch ? 'warning' : 'ok',
      about: 'x-death',
      detail: most.count === 0 ? `none of ${looked} messages has died` : `of ${looked} messages one has died ${most.text}`,
      fix: isMuch ? `rmq-lab dlq inspect ${queue}` : null,
    });
  }
  return findings;
}

function toCheck({ queue, severity, about, detail, fix }: Finding): Check & Pick<Finding, 'queue' | 'severity' | 'about'> {
  const isFine = severity === 'ok' || severity === 'note';
  return {
    name: `${queue}: ${about}`,
    ok: isFine,
    detail: severity === 'ok' ? detail : `${severity}: ${detail}`,
    fix,
    queue,
    severity,
    about,
  };
}

function noQueue({ queues, vhost }: Topology, name: string): LabError {
  const meant = closest(
    name,
    queues.map((queue) => queue.name),
  );
  const question = meant === undefined ? '' : `: did you mean ${meant}?`;
  return new LabError('refused', `there is no queue '${name}' in the virtual host '${vhost}'${question}`, {
    replyCode: 404,
    hint: 'rmq-lab topology shows what there is',
  });
}
