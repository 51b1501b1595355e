import { VERSION } from '../version';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';

/** Figures in Prometheus' text format. */
export function addMetricsRoutes(router: ApiRouter, { config }: Pick<ApiDeps, 'config'>): void {
  const startedAt = Math.floor(Date.now() / 1_000 - process.uptime());

  router.get('/metrics', (ctx) => {
    const { rss, heapUsed } = process.memoryUsage();
    const cpu = process.cpuUsage();
    ctx.type = 'text/plain; version=0.0.4; charset=utf-8';
    ctx.body = [
      '# HELP pricehook_info What runs here.',
      '# TYPE pricehook_info gauge',
      `pricehook_info{version="${VERSION}",market="${config.market}"} 1`,
      '# HELP process_cpu_seconds_total User and system CPU time, in seconds.',
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(cpu.user + cpu.system) / 1e6}`,
      '# HELP process_resident_memory_bytes Resident memory.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${rss}`,
      '# HELP process_start_time_seconds When the process started, in Unix seconds.',
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${startedAt}`,
      '# HELP nodejs_heap_size_used_bytes Used part of the heap.',
      '# TYPE nodejs_heap_size_used_bytes gauge',
      `nodejs_heap_size_used_bytes ${heapUsed}`,
      '',
    ].join('\n');
  });
}
