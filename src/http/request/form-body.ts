import { BadArgumentError } from '../../domain/refusals.ts'
import { readBody } from './request-body.ts'
import type { RequestContext } from './request-context.ts'
import { RequestRefusal } from './request-refusal.ts'

/** Bytes: no token of ours takes half of it. */
const limit = 8192
const formType = /^application\/x-www-form-urlencoded *(?:; *charset="?utf-?8"? *)?$/i

/**
 * The parameters of a form (RFC 6749, appendix B). @throws RequestRefusal 413 and 415; BadArgumentError for one that
 * came twice (section 3.2) and for what is not UTF-8
 */
export async function readForm(
  request: Request,
  context: RequestContext,
): Promise<ReadonlyMap<string, string>> {
  if (!formType.test(request.headers.get('content-type') ?? ''))
    throw new RequestRefusal(
      415,
      'BAD_USER_INPUT',
      'The body is application/x-www-form-urlencoded, in UTF-8.',
    )
  const body = await readBody(request, context.incoming, limit)
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(decode(body))) {
    if (form.has(name)) throw new BadArgumentError('A parameter came twice.')
    form.set(name, value)
  }
  return form
}

/** An empty one is a token that is not good. @throws BadArgumentError when there is none */
export function tokenOf(form: ReadonlyMap<string, string>): string {
  const token = form.get('token')
  if (token === undefined) throw new BadArgumentError('The parameter token is missing.')
  return token
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new BadArgumentError('The body is not UTF-8.')
  }
}
