/**
 * The result of `work`, or the error of `createError` if it takes longer than `limitMs`. The work itself is not
 * stopped.
 */
export async function withTimeLimit<T>(
  work: Promise<T>,
  limitMs: number,
  createError: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(createError()), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
