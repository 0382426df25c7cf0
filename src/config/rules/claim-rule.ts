import type { MappedClaim } from '../../domain/tokens/mapped-claim.ts'
import type { Rule } from './rule.ts'

/**
 * A claim and the member of the metadata that it contains. Only absolute URIs name claims: registered names, of today and of later, are none
 * (RFC 7519, section 4.2). The namespace of the IETF is refused as well.
 */
export const mappedClaim: Rule<MappedClaim> = {
  expected:
    'name=key: the name an absolute URI such as https://acme.example/plan (not a registered claim such as sub, nor urn:ietf:), the key at most 64 letters, digits, - and _',
  parse: (text) => {
    const [, claim = '', key = ''] = /^([\x21-\x7e]+)=([A-Za-z0-9_-]{1,64})$/.exec(text) ?? []
    return isAbsoluteUri(claim) && !/^urn:ietf:/i.test(claim) ? { claim, key } : null
  },
}

function isAbsoluteUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s"<>\\^`{|}]+$/i.test(text) && URL.canParse(text)
}
