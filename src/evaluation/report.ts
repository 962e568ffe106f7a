import type { Report } from "./report/content.ts";
import { page } from "./report/page.ts";

export type { Curve, CurvePoint, Report, ReportNotice, ReportSetting } from "./report/content.ts";

/** One self-contained HTML page: no network, no script, light and dark. */
export const writeReportHtml = (report: Report): string => page(report);
