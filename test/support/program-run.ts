import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { PYTHON } from './python.ts';

/** The languages of `rmq-lab code`. */
export type Language = 'python' | 'node';

export interface ProgramRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const SECONDS = 20;

/** Runs a program as a user would: from a file, with amqplib installed beside it, the broker's address in the environment. */
export async function runProgram(language: Language, program: string, url: string, input = ''): Promise<ProgramRun> {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-program-'));
  try {
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
    const file = join(folder, language === 'python' ? 'program.py' : 'program.mjs');
    writeFileSync(file, program);
    const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', AMQP_URL: url };
    const child = spawn(language === 'python' ? PYTHON : process.execPath, [file], { cwd: folder, env, timeout: SECONDS * 1000 });
    child.stdin.on('error', () => {}); // it may not want any
    child.stdin.end(input);
    const [stdout, stderr, [exitCode]] = await Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, 'close')]);
    return { exitCode: exitCode as number | null, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
