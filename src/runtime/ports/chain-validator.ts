import type { Announcement, AnnouncementVerdict } from '../../core/announcements/announcement.ts';

/** Decides whether an announcement may be relayed. Peers are never trusted for that. */
export interface ChainValidator {
  /** Must settle; a rejection counts as `rejected-by-application`. */
  validate(announcement: Announcement): Promise<AnnouncementVerdict>;
}
