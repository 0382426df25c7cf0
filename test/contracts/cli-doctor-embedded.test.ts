import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'

describe.runIf(inject('backend') !== 'servers')('gatehouse doctor, with the embedded database', () => {
  let stage: CommandStage
  beforeAll(async () => {
    stage = await openCommandStage()
  })
  afterAll(() => stage.close())

  async function examine(settings: Readonly<Record<string, string>> = {}) {
    const { code, output } = await stage.run(['doctor', '--json'], settings)
    const { findings }: { findings: readonly Finding[] } = JSON.parse(output.join('\n'))
    return { code, of: (check: string) => findings.filter((finding) => finding.check === check) }
  }

  it('examines it while no service runs', async () => {
    const report = await examine()
    expect(report.code).toBe(0)
    for (const check of ['database', 'migrations', 'signing keys'])
      expect(report.of(check)).toMatchObject([{ status: 'ok', advice: null }])
    expect(report.of('connections')).toEqual([])
  })

  it('says that a running service has it, and examines the rest', async () => {
    await stage.onDatabase(async () => {
      const report = await examine()
      expect(report.code).toBe(0)
      expect(report.of('database')).toMatchObject([
        {
          status: 'warning',
          message: expect.stringContaining('in use'),
          advice: expect.stringContaining('Stop the service'),
        },
      ])
      expect(report.of('signing keys')).toEqual([])
      expect(report.of('mail')).toHaveLength(1)
    })
  })

  it('creates nothing before the first start', async () => {
    const folder = join(stage.folder, 'none')
    expect((await examine({ DATA_DIR: folder })).of('database')).toMatchObject([{ status: 'ok' }])
    expect(existsSync(folder)).toBe(false)
  })
})
