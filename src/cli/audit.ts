import { verifyArchives } from '../domain/audit/archive-verification.ts'
import { openArchiveFolder } from '../infrastructure/operator-stores.ts'
import { toHex } from '../lib/digest.ts'
import { type Command, exitCodes } from './command.ts'
import { printableLine } from './printable.ts'
import { withStores } from './with-stores.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  parameters: '[DIR]',
  description:
    'Compares the archived audit events in DIR, or in AUDIT_ARCHIVE_DIR, with their records in the database. Names file and line of each difference.',
  async run(terminal, args) {
    const [folder = terminal.env.AUDIT_ARCHIVE_DIR, ...rest] = args
    if (folder === undefined || folder === '' || rest.length > 0) {
      terminal.printError('audit verify requires DIR, or AUDIT_ARCHIVE_DIR in the environment.')
      return exitCodes.usageError
    }
    const records = await withStores(terminal, ({ auditArchives }) => auditArchives.listArchives())
    let wrong = 0
    for await (const finding of verifyArchives(openArchiveFolder(folder), records)) {
      const place = finding.line === null ? finding.file : `${finding.file} line ${finding.line}`
      if (finding.wrong) wrong += 1
      const print = finding.wrong ? terminal.printError : terminal.print
      print(printableLine(`${place}: ${finding.what}`))
    }
    const events = records.reduce((sum, record) => sum + record.events, 0)
    const head = toHex(records.at(-1)?.head ?? new Uint8Array()) || 'none'
    terminal.print(`${records.length} files, ${events} events, ${wrong} wrong; head ${head}`)
    return wrong === 0 ? exitCodes.success : exitCodes.failure
  },
}
