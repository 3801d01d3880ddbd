type Close = () => void | Promise<void>;

/**
 * What a start has opened so far, so that a start which fails half-way leaves nothing open: Nest
 * runs no shutdown hooks for an application that was never created.
 */
export class OpenResources {
  private readonly closers: Close[] = [];
  private abandoned = false;

  /** Something is open from here on. After `closeAll` it is closed at once: the start has failed. */
  async opened(close: Close): Promise<void> {
    if (this.abandoned) await close();
    else this.closers.push(close);
  }

  /** Closes in reverse order; every one is tried. @returns what failed to close. */
  async closeAll(): Promise<unknown[]> {
    this.abandoned = true;
    const faults: unknown[] = [];
    for (const close of this.closers.splice(0).reverse()) {
      try {
        await close();
      } catch (fault) {
        faults.push(fault);
      }
    }
    return faults;
  }
}
