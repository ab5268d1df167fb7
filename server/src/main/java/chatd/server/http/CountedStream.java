package chatd.server.http;

import chatd.engine.port.CarrierListener;
import java.util.function.Supplier;

/// A viewer that has a place among the streams of its user.
record CountedStream(CarrierListener viewer, UserLimits.Place place, Runnable atTheEnd)
    implements CarrierListener {

  /// Opens a stream that keeps its place until it ends.
  static CountedStream open(
      UserLimits.Place place, Supplier<CarrierListener> viewer, Runnable atTheEnd) {
    try {
      return new CountedStream(viewer.get(), place, atTheEnd);
    } catch (RuntimeException failure) {
      place.close();
      throw failure;
    }
  }

  @Override
  public void written() {
    viewer.written();
  }

  @Override
  public void progressed() {
    viewer.progressed();
  }

  @Override
  public void ended() {
    place.close();
    atTheEnd.run();
    viewer.ended();
  }
}
