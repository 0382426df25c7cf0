import type { Rule } from './rule.ts'

/** A bucket of an S3-compatible service, and the beginning of names in it. */
interface S3Place {
  readonly bucket: string
  /** Empty, or with a slash at its end. */
  readonly prefix: string
}

/** `s3://bucket/prefix`. Only characters of the prefix that need no encoding (safe characters of Amazon S3). */
export const s3Url: Rule<S3Place> = {
  expected:
    's3://bucket or s3://bucket/prefix, with a bucket of 3 to 63 of a-z 0-9 . - and a prefix of letters, digits, . _ - and /',
  parse: (text) => {
    const pattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9._-]+)*)\/?$/
    const [, bucket, path] = pattern.exec(text) ?? []
    if (bucket === undefined || path === undefined || /(^|\/)\.{1,2}(\/|$)/.test(path)) return null
    return { bucket, prefix: path === '' ? '' : `${path.slice(1)}/` }
  },
}

/** A region, such as eu-central-1. */
export const regionName: Rule<string> = {
  expected: 'the name of a region such as eu-central-1',
  parse: (text) => (/^[a-z0-9-]{1,63}$/.test(text) ? text : null),
}
