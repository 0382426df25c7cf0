/** The message of an error, or the thrown value as text. For logs and operators only: it can name files and hosts. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
