import type { Lesson } from './lesson.ts';
import type { Namespace } from './namespace.ts';
import { meetsVersion } from './version.ts';

const PROBE = 'rmq-lab-probe';

/** What the lesson needs and the broker lacks, in words; undefined when it has all. Queue types are tried, not guessed from the version. */
export async function missingNeed(lesson: Lesson, version: string, namespace: Namespace): Promise<string | undefined> {
  if (lesson.requires !== undefined && !meetsVersion(version, lesson.requires))
    return `RabbitMQ ${lesson.requires}, and here is ${version}`;
  for (const need of lesson.needs) {
    if ((need === 'quorum' || need === 'stream') && !(await canDeclare(namespace, need)))
      return `${need} queues, which this broker does not make`;
    if (need === 'restart') return 'a broker that it may restart';
    if (need === 'cluster') return 'a cluster';
  }
  return undefined;
}

async function canDeclare(namespace: Namespace, type: string): Promise<boolean> {
  const declared = await namespace.run(['declare-queue', PROBE, '--type', type]);
  if (declared.exitCode !== 0) return false;
  await namespace.run(['delete-queue', '--yes', PROBE]);
  return true;
}
