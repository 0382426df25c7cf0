import { refusalOfDatabase } from '../infrastructure/reason-of.ts'
import { errorCode, errorText } from '../lib/text/error-text.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
}

/** A sentence about the error that ended a command. System errors about a file name it and the reason, those of the database the cause. */
export function commandErrorText(error: unknown): string {
  const refusal = refusalOfDatabase(error)
  if (refusal !== null) return `The database refuses the command: ${refusal}.`
  const code = errorCode(error)
  const reason = code === null || !Object.hasOwn(reasons, code) ? undefined : reasons[code]
  if (reason === undefined) return errorText(error)
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'The file'
  return `${path} cannot be used: ${reason}.`
}
