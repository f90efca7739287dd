/** Lets only the owner of the process read the files and folders that it creates. */
export function createPrivateFiles(): void {
  process.umask(0o077);
}
