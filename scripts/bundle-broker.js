#!/usr/bin/env node
// Makes dist/broker-bundle.js of dist/broker-process.js: all modules of the process that `rmq-lab broker start` starts, in one file. Node takes
// about half a millisecond to load a module, and there are 150 of them: in one file they are loaded four times as fast.
//
//   npm run build
//
// What a module loads when it needs it is in the file as well, for a second copy of a module would not know the classes of the first.
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '@swc/core';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const scratch = mkdtempSync(`${dist}-`);

/** Loads at once what `file`, and what it imports, would load later. */
function loadAtOnce(file, seen) {
  if (seen.has(file)) return;
  seen.add(file);
  const statics = [];
  const text = readFileSync(file, 'utf8').replace(/await import\('(\.[^']+)'\)/g, (_, target) => {
    statics.push(`import * as later${statics.length} from '${target}';\n`);
    return `later${statics.length - 1}`;
  });
  if (/\bimport\(/.test(text)) throw new Error(`${file} loads a module in a way that is not known here`);
  // the bundler would put the scratch folder in its place; the only module with it lies where the bundle will
  const whole = statics.join('') + text.replaceAll('import.meta', 'bundleMeta');
  writeFileSync(file, whole);
  for (const [, target] of whole.matchAll(/^(?:import|export) .*from '(\.[^']+)';$/gm)) loadAtOnce(resolve(dirname(file), target), seen);
}

try {
  cpSync(dist, scratch, { recursive: true });
  const entry = join(scratch, 'broker-process.js');
  loadAtOnce(entry, new Set());
  const { bundled } = await bundle({
    entry: { bundled: entry },
    output: { path: scratch, name: 'bundled' },
    mode: 'production',
    target: 'node',
    module: {},
    externalModules: builtinModules.flatMap((name) => [name, `node:${name}`]),
    options: { jsc: { target: 'es2022' } },
  });
  writeFileSync(join(scratch, 'whole.js'), `const bundleMeta = import.meta;\n${bundled.code}`);
  // at once, for a broker that starts meanwhile
  renameSync(join(scratch, 'whole.js'), join(dist, 'broker-bundle.js'));
} finally {
  rmSync(scratch, { recursive: true });
}
