import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { Response } from 'express';

/** A failed check answers with terminus' report, not with the error body of the other paths. */
@Catch(ServiceUnavailableException)
export class UnhealthyFilter implements ExceptionFilter {
  catch(thrown: ServiceUnavailableException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    response.status(thrown.getStatus()).json(thrown.getResponse());
  }
}
