import { Controller, Get, Inject, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { Response } from 'express';
import { Registry } from 'prom-client';
import { processMetrics } from './process-metrics.ts';
import { SnapshotMetrics } from './snapshot-metrics.ts';

/** `GET /metrics`: this application's register and the process's, not the library's global one. */
@Controller()
export class MetricsController extends PrometheusController {
  private readonly ofProcess = processMetrics();

  constructor(
    @Inject(Registry) private readonly registry: Registry,
    @Inject(SnapshotMetrics) private readonly snapshot: SnapshotMetrics,
  ) {
    super();
  }

  @Get()
  override async index(@Res({ passthrough: true }) response: Response): Promise<string> {
    this.snapshot.refresh();
    response.setHeader('content-type', this.registry.contentType);
    return `${await this.registry.metrics()}\n${await this.ofProcess.metrics()}`;
  }
}
