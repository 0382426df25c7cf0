/**
 * Whether a mail program could turn a name into a link, or a reader could take it for an address. The dot of an initial
 * is not followed by two letters, so initials are allowed.
 */
export function looksLikeLink(name: string): boolean {
  // Browsers normalise host names like this (UTS 46): compatibility forms, and the ideographic full stop as a dot.
  const plain = name.normalize('NFKC').replaceAll('\u3002', '.')
  return /:\/\/|www\.|@|[\p{L}\p{M}\p{N}]\.\p{L}[\p{L}\p{M}]|\d(\.\d+){3}/iu.test(plain)
}
