import CInterrupt

/// What is cleared away where a signal ends the program: files under temporary names, and a bar on the terminal.
public enum Interruption {
  /// From now on SIGINT, SIGTERM and SIGHUP end the program by that very signal and leave nothing half-made behind.
  public static func prepare() { ci_install() }

  /// Says whether a progress bar stands on standard error.
  public static func setBar(isShown: Bool) { ci_set_bar(isShown ? 1 : 0) }
}
