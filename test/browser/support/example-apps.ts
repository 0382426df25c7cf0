import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The example apps, named after their client library. */
export const appNames = ['apollo', 'urql'] as const
export type AppName = (typeof appNames)[number]

function folderOf(name: AppName): string {
  return fileURLToPath(new URL(`../../../examples/spa-${name}`, import.meta.url))
}

/** Runs npm in the folder of an app. @throws with the complete output if it fails */
export function runIn(name: AppName, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('npm', [...args], {
    cwd: folderOf(name),
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in spa-${name}:\n${stdout}${stderr}`)
}

/** Builds an app into a folder, with the variables of its README, for the service at a url. */
export function buildApp(name: AppName, transport: string, url: string, folder: string): void {
  runIn(name, ['exec', '--', 'vite', 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'], {
    NODE_ENV: 'production',
    VITE_TRANSPORT: transport,
    VITE_GATEHOUSE_URL: url,
  })
}
