// RabbitMQ PerfTest, a Java tool, from Maven Central: https://perftest.rabbitmq.com
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = '2.22.1';
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rmq-lab-peers', `perf-test-${VERSION}`);

/** Gets it, unless it is there; answers undefined where Java or Maven is missing. */
export function fetchPerfTest() {
  for (const tool of ['java', 'mvn']) {
    if (spawnSync(tool, ['-version'], { stdio: 'ignore' }).status !== 0) return undefined;
  }
  const done = join(folder, 'done');
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion><groupId>peers</groupId><artifactId>peers</artifactId><version>1</version>
        <dependencies><dependency>
          <groupId>com.rabbitmq</groupId><artifactId>perf-test</artifactId><version>${VERSION}</version>
        </dependency></dependencies>
      </project>`,
    );
    execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(done, '');
  }
  return { version: VERSION, command: ['java', '-cp', join(folder, 'lib', '*'), 'com.rabbitmq.perf.PerfTest'] };
}
