/** The statuses that each operation has returned, and how often. */
export class Coverage {
  private readonly counts = new Map<string, Map<number, number>>();

  add(operation: string, status: number): void {
    const statuses = this.counts.get(operation) ?? new Map<number, number>();
    this.counts.set(operation, statuses.set(status, (statuses.get(status) ?? 0) + 1));
  }

  /** One line per operation, such as `POST /api/orders: 201 x 40, 400 x 7`. */
  lines(): string[] {
    return [...this.counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([operation, statuses]) => {
        const told = [...statuses].sort(([one], [other]) => one - other);
        return `${operation}: ${told.map(([status, count]) => `${String(status)} x ${String(count)}`).join(', ')}`;
      });
  }
}
