import { installPackages } from './apt.ts';
import { saidMiss, type Miss, type Program, type SourceContext } from './part.ts';
import { probe } from './probe.ts';
import { runCommand } from './run-command.ts';

/** Debian's names of what a mongod build may lack on a bare machine. */
const PACKAGE_OF: readonly (readonly [RegExp, string])[] = [
  [/^libcurl\.so\.4/, 'libcurl4'],
  [/^lib(ssl|crypto)\.so\.3/, 'libssl3'],
  [/^liblzma\.so\.5/, 'liblzma5'],
];

/** The program if it runs here; missing libraries are installed first, where that is possible. */
export async function withSharedLibraries(program: Program, context: SourceContext): Promise<Program | Miss> {
  if (await runs(program, context)) return program;
  const missing = await missingLibraries(program.command);
  const packages = missing.map((library) => PACKAGE_OF.find(([pattern]) => pattern.test(library))?.[1]);
  const known = [...new Set(packages.filter((name) => name !== undefined))];
  const lacks = missing.length === 0 ? 'it does not run on this system' : `it lacks ${missing.join(', ')}`;
  if (known.length === 0) return saidMiss(lacks);
  const why = await installPackages(known, context);
  if (why !== undefined) return saidMiss(`${lacks}: ${why}`);
  return (await runs(program, context))
    ? program
    : saidMiss(`${lacks}, and installing ${known.join(', ')} did not help`);
}

async function runs(program: Program, context: SourceContext): Promise<boolean> {
  return (await probe(program.command, ['--version'], context.cacheDirectory)) !== undefined;
}

async function missingLibraries(command: string): Promise<readonly string[]> {
  const { lines } = await runCommand('ldd', [command]);
  return lines.filter((line) => line.includes('not found')).map((line) => line.trim().split(/[\s:]/)[0] ?? '');
}
