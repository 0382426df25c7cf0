import { verifyArchives } from '../domain/audit/archive-verification.ts'
import { openArchiveFolder } from '../infrastructure/operator-stores.ts'
import { type Command, exitCodes } from './command.ts'
import { visibleLine } from './visible.ts'
import { withStores } from './with-stores.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  takes: '[DIR]',
  sentence:
    'Compares the archive of audit events, in DIR or AUDIT_ARCHIVE_DIR, with what was recorded of it; names file and line.',
  async run(terminal, args) {
    const [folder = terminal.env.AUDIT_ARCHIVE_DIR, ...rest] = args
    if (folder === undefined || folder === '' || rest.length > 0) {
      terminal.complain('audit verify wants DIR, or AUDIT_ARCHIVE_DIR in the environment.')
      return exitCodes.misused
    }
    const records = await withStores(terminal, ({ auditArchives }) => auditArchives.listArchives())
    let wrong = 0
    for await (const finding of verifyArchives(openArchiveFolder(folder), records)) {
      const place = finding.line === null ? finding.file : `${finding.file} line ${finding.line}`
      if (finding.wrong) wrong += 1
      const tell = finding.wrong ? terminal.complain : terminal.print
      tell(visibleLine(`${place}: ${finding.what}`))
    }
    const events = records.reduce((sum, record) => sum + record.events, 0)
    const head = Buffer.from(records.at(-1)?.head ?? []).toString('hex') || 'none'
    terminal.print(`${records.length} files, ${events} events, ${wrong} wrong; head ${head}`)
    return wrong === 0 ? exitCodes.done : exitCodes.failed
  },
}
