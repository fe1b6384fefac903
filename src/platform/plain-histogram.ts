import { Histogram, type MetricObjectWithValues, type MetricValueWithName, type Registry } from 'prom-client';

/** The values of one label, in numbers that cost next to nothing to change. */
export interface PlainSeries {
  observe(seconds: number): void;
}

export interface PlainHistogramOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: L;
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/**
 * A histogram over one label that is filled on the way of every request: each series is a few numbers, found once, and what
 * Prometheus wants to see is worked out when it asks.
 */
export class PlainHistogram<L extends string> extends Histogram<L> {
  readonly #label: L;
  readonly #bounds: readonly number[];
  readonly #name: string;
  readonly #help: string;
  readonly #series = new Map<string, Series>();

  constructor({ name, help, label, buckets, registry }: PlainHistogramOptions<L>) {
    super({ name, help, labelNames: [label], buckets: [...buckets], registers: [registry] });
    this.#label = label;
    this.#bounds = buckets;
    this.#name = name;
    this.#help = help;
  }

  /** The series of one value of the label; to be kept by whoever observes. */
  series(value: string): PlainSeries {
    let series = this.#series.get(value);
    if (series === undefined) {
      series = new Series(this.#bounds);
      this.#series.set(value, series);
    }
    return series;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<L>>> {
    const values = [...this.#series].flatMap(([value, series]) => this.#valuesOf(value, series));
    const about = { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum' };
    return { ...about, values } as unknown as MetricObjectWithValues<MetricValueWithName<L>>;
  }

  /** What the registry asks histograms for in place of {@link get}. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<L>>> {
    return this.get();
  }

  #valuesOf(value: string, { counts, sum }: Series): MetricValueWithName<L>[] {
    const labels = { [this.#label]: value } as Record<L, string>;
    let total = 0;
    const buckets = [...counts].map((count, index) => {
      total += count;
      const le = this.#bounds[index] ?? '+Inf';
      return { metricName: `${this.#name}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: total },
    ] as MetricValueWithName<L>[];
  }
}

class Series implements PlainSeries {
  /** One for each bound, and one for what is above all of them. */
  readonly counts: Float64Array;
  readonly #bounds: readonly number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(seconds: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && seconds > (bounds[at] as number)) at += 1;
    (this.counts[at] as number) += 1;
    this.sum += seconds;
  }
}
