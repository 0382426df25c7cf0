/** Whether a mail program might make a link of it, or a reader an address. The dot of an initial has no two letters behind it. */
export function looksLikeLink(name: string): boolean {
  // As browsers read hosts (UTS 46): compatibility forms undone, the ideographic full stop a dot.
  const plain = name.normalize('NFKC').replaceAll('\u3002', '.')
  return /:\/\/|www\.|@|[\p{L}\p{M}\p{N}]\.\p{L}[\p{L}\p{M}]|\d(\.\d+){3}/iu.test(plain)
}
