import { BadArgumentError } from '../../domain/refusals.ts'
import { decodeUtf8, readBody } from './request-body.ts'
import type { RequestContext } from './request-context.ts'
import { RequestRefusal } from './request-refusal.ts'

/** More than twice the length of the longest token. */
const maxFormBytes = 8192
const formType = /^application\/x-www-form-urlencoded *(?:; *charset="?utf-?8"? *)?$/i

/**
 * The parameters of a form (RFC 6749, appendix B).
 * @throws RequestRefusal 413 or 415; BadArgumentError for a repeated parameter (section 3.2) or a body that is not UTF-8
 */
export async function readForm(
  request: Request,
  context: RequestContext,
): Promise<ReadonlyMap<string, string>> {
  if (!formType.test(request.headers.get('content-type') ?? ''))
    throw new RequestRefusal(
      415,
      'BAD_USER_INPUT',
      'The content type must be application/x-www-form-urlencoded, in UTF-8.',
    )
  const text = decodeUtf8(await readBody(request, context.incoming, maxFormBytes))
  if (text === null) throw new BadArgumentError('The body is not UTF-8.')
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw new BadArgumentError('A parameter was sent twice.')
    form.set(name, value)
  }
  return form
}

/** The parameter `token`; an empty value is an invalid token. @throws BadArgumentError if the parameter is missing */
export function tokenOf(form: ReadonlyMap<string, string>): string {
  const token = form.get('token')
  if (token === undefined) throw new BadArgumentError('The parameter token is missing.')
  return token
}
