import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LoadGenerator } from '../load/load-generator.ts'
import { gatehouse, gatehouseEs256 } from '../servers/contestants.ts'
import { type Backends, ServerPark } from '../servers/server-park.ts'
import { cpuBetween } from '../servers/server-process.ts'
import type { CpuProfile } from './cpu-profile.ts'
import { profileReport } from './profile-report.ts'

const folder = fileURLToPath(new URL('../../node_modules/.cache/gatehouse/profiles', import.meta.url))
const callers = 16
/** Not the bundle: a profile names the packages and folders of functions. */
const program = 'dist/main.js'
/** Requests of the warm-up, and of the profile. */
const requestsOf: Readonly<Record<string, readonly [number, number]>> = {
  me: [8_000, 10_000],
  sessions: [4_000, 5_000],
  refresh: [4_000, 5_000],
  'refresh-es256': [4_000, 5_000],
  login: [300, 600],
  register: [200, 400],
}

/** Prints on what Gatehouse spends the CPU during one call. Writes the profile for the developer tools of Chromium. */
export async function profileCall(name: string, backends: Backends, scale: number): Promise<void> {
  const [warmUp, measured] = requestsOf[name] ?? []
  if (warmUp === undefined || measured === undefined)
    throw new Error(`Profiles exist for: ${Object.keys(requestsOf).join(', ')}.`)
  const park = new ServerPark(backends)
  const load = new LoadGenerator()
  try {
    const server = await park.server({ ...(name === 'refresh-es256' ? gatehouseEs256 : gatehouse), program })
    const [call = name] = name.split('-')
    const send = (requests: number) =>
      load.run({
        product: 'gatehouse',
        call,
        url: server.url,
        pattern: { kind: 'loop', callers, requests: Math.round(requests * scale) },
      })
    await send(warmUp)
    await server.ask('startProfile')
    const before = await server.cpu()
    const { latencies, refused, refusal } = await send(measured)
    const cpu = cpuBetween(before, await server.cpu())
    const profile = await server.ask<CpuProfile>('stopProfile')
    if (refused.length > 0) console.log(`${refused.length} requests were refused, for example: ${refusal}\n`)
    console.log(profileReport({ title: name, requests: latencies.length, profile, cpu }))
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/${name}.cpuprofile`, JSON.stringify(profile))
    console.log(`\nThe whole profile: ${folder}/${name}.cpuprofile`)
  } finally {
    load.stop()
    await park.close()
  }
}
