import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { StatusRequest, SUBJECT, type StatusResult } from '@trendpot/contracts';
import { Responds, type RequestMeta } from '@trendpot/nest-kit';
import type { ReportStatus } from '../domain/report-status.ts';
import { REPORT_STATUS } from './tokens.ts';

@Controller()
export class ReportStatusResponder {
  constructor(@Inject(REPORT_STATUS) private readonly reportStatus: ReportStatus) {}

  @Responds(SUBJECT.vaultStatus, StatusRequest)
  handle(@Payload() request: StatusRequest, @Ctx() meta: RequestMeta): Promise<StatusResult> {
    return this.reportStatus(request, meta.caller);
  }
}
