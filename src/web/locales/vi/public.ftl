# Trang nghe công khai và podcast: không cần đăng nhập.

public-title = Bản tin cải cách hành chính trên loa
public-description = Các bản tin đã duyệt, đang phát trên loa truyền thanh cơ sở. Bà con nghe lại, đọc lời và tải về tại đây.
public-open = Nghe bản tin, không cần đăng nhập
public-page = Trang nghe công khai
public-all = Tất cả bản tin
public-list = Bản tin mới nhất trước
public-topic = Chủ đề
public-filter = Lọc
public-empty = Chưa có bản tin nào đang phát về chủ đề này.
public-podcast = Nghe bằng ứng dụng podcast
public-podcast-help = Chép địa chỉ dưới đây vào ứng dụng podcast của bạn; có bản tin mới, ứng dụng sẽ tự báo.
public-podcast-limits = Âm thanh là Ogg Opus. Ứng dụng nào không mở được định dạng này (như Apple Podcasts) thì mời bạn nghe ngay trên trang.
public-feed = Địa chỉ podcast (RSS)
public-contact = Liên hệ: { $contact }
public-same = Đúng bản phát mà các đài phát (Opus).
public-iphone = iPhone, iPad trước iOS 18.4 không mở được Opus và sẽ dùng bản WAV { $size }: nên nghe bằng Wi-Fi.
public-download-opus = Tải bản Opus, { $size }
public-download-wav = Tải bản WAV, { $size }
public-transcript = Lời bản tin
public-until = Phát đến hết ngày
public-share = Chia sẻ
public-share-help = Gửi địa chỉ này, hoặc cho người khác quét mã:
public-share-do = Chia sẻ bằng điện thoại
public-qr = Mã QR dẫn đến trang này
