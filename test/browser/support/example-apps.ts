import { runInExample } from './run-in-example.ts'

/** The example apps, named after their client library. */
export const appNames = ['apollo', 'urql'] as const
export type AppName = (typeof appNames)[number]

/** Installs the packages of every app, and checks its types. */
export async function prepareApps(): Promise<void> {
  await Promise.all(
    appNames.map(async (name) => {
      await runInExample(`spa-${name}`, ['ci'])
      await runInExample(`spa-${name}`, ['run', 'typecheck'])
    }),
  )
}

/** Builds an app into a folder, with the variables of its README, for the service at a url. */
export function buildApp(name: AppName, transport: string, url: string, folder: string): Promise<void> {
  const options = ['--outDir', folder, '--emptyOutDir', '--logLevel', 'warn']
  return runInExample(`spa-${name}`, ['exec', '--', 'vite', 'build', ...options], {
    NODE_ENV: 'production',
    VITE_TRANSPORT: transport,
    VITE_GATEHOUSE_URL: url,
  })
}
