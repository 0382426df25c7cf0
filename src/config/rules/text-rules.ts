import type { Rule } from './rule.ts'

/** A text without spaces, as token claims and HTTP headers can carry it. */
export const word: Rule<string> = {
  expected: 'at most 255 visible ASCII characters without spaces',
  parse: (text) => (/^[\x21-\x7e]{1,255}$/.test(text) ? text : null),
}

/** The name of an HTTP header (a token of RFC 9110, 5.6.2, without `*`, which would look like a wildcard), in lower case. */
export const headerName: Rule<string> = {
  expected: 'the name of an HTTP header, at most 100 characters',
  parse: (text) => (/^[!#$%&'+.^_`|~0-9a-z-]{1,100}$/i.test(text) ? text.toLowerCase() : null),
}

/** A display name of one line. */
export const title: Rule<string> = {
  expected:
    '1 to 60 characters without line breaks and control characters, not beginning or ending with whitespace',
  parse: (text) => (/^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]{0,58}[^\p{C}\p{Z}])?$/u.test(text) ? text : null),
}

/** A colour in the notation that both CSS and mail programs support. */
export const color: Rule<string> = {
  expected: 'a colour such as #2f5bd7',
  parse: (text) => (/^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : null),
}

/** A country code of ISO 3166-1 alpha-2, in any case. */
export const countryCode: Rule<string> = {
  expected: 'a two-letter country code such as DE',
  parse: (text) => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : null),
}
